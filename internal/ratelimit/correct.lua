-- Moves the arrival time of one bucket, back (a refund) or ahead (into debt).
-- Begins with clock.lua.
--
-- KEYS[1]  the bucket
-- KEYS[2]  the clock's
-- ARGV[1]  now in microseconds, or 0 for the server's clock
-- ARGV[2]  by how many microseconds
local now = clock(KEYS[2], tonumber(ARGV[1]))
local tat = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now) + tonumber(ARGV[2])
if tat <= now then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1000)
end
return 1
