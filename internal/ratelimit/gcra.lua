-- Generic cell rate algorithm over all keys of one request, or none of them.
--
-- KEYS[i]           theoretical arrival time of bucket i, microseconds; absent: full
-- ARGV[1]           now in microseconds, or 0 for the server's clock
-- ARGV[2i]          what the claim adds to the arrival time (0 only looks)
-- ARGV[2i+1]        how far the arrival time may be ahead of now: the burst
--
-- Returns {now, allowed, tat 1, tat 2, ...} with the arrival times before the
-- claim. Every number is a whole number of microseconds below 2^53.
local now = tonumber(ARGV[1])
if now == 0 then
  local t = redis.call('TIME')
  now = tonumber(t[1]) * 1000000 + tonumber(t[2])
end
local answer = {now, 1}
local tats = {}
for i, key in ipairs(KEYS) do
  local tat = math.max(tonumber(redis.call('GET', key) or 0), now)
  tats[i] = tat
  answer[i + 2] = tat
  if tat + tonumber(ARGV[2 * i]) - tonumber(ARGV[2 * i + 1]) > now then
    answer[2] = 0
  end
end
if answer[2] == 1 then
  for i, key in ipairs(KEYS) do
    local step = tonumber(ARGV[2 * i])
    if step > 0 then
      local tat = tats[i] + step
      redis.call('SET', key, string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1000)
    end
  end
end
return answer
