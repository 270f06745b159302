-- Renews the lead, if it is still the caller's.
--
-- KEYS[1]  who has the lead
-- ARGV[1]  who leads        ARGV[2]  after how many milliseconds it lapses
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
