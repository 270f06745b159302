-- Keeps the words, if there are any, and gives the lead up, if it is still the
-- caller's.
--
-- KEYS[1]  the words        KEYS[2]  who has the lead
-- ARGV[1]  who leads        ARGV[2]  the words, or empty
-- ARGV[3]  for how many milliseconds they are kept
if ARGV[2] ~= '' then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
return 1
