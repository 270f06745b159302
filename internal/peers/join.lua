-- Words that are kept, or the lead, or neither while another has the lead.
--
-- KEYS[1]  the words        KEYS[2]  who has the lead
-- ARGV[1]  who asks         ARGV[2]  after how many milliseconds a lead lapses
--
-- Returns the words, 1 for the lead, 0 for neither.
local words = redis.call('GET', KEYS[1])
if words then return words end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return 0
