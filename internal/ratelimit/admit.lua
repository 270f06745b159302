-- Admits one request by all of its claims, or by none of them: buckets by the
-- generic cell rate algorithm, slots by a set of holders that lapse.
--
-- Begins with clock.lua.
--
-- KEYS[i]     of a bucket: its theoretical arrival time in microseconds (absent:
--             full); of slots: a sorted set of holders by when they lapse. The
--             last key is the clock's
-- ARGV[1]     now in microseconds, or 0 for the server's clock
-- ARGV[3i-1]  bucket: what the claim adds to the arrival time (0 only looks);
--             slots: after how many microseconds the holder lapses
-- ARGV[3i]    bucket: how far the arrival time may be ahead of now, the burst;
--             slots: how many there are
-- ARGV[3i+1]  slots: the holder; empty for a bucket
--
-- Returns {now, allowed, n 1, n 2, ...}, where n is what was found before the
-- claims: the arrival time of a bucket, the number of holders of slots. Every
-- number is a whole number below 2^53.
local claims = #KEYS - 1
local now = clock(KEYS[#KEYS], tonumber(ARGV[1]))
local answer = {now, 1}
for i = 1, claims do
  local key = KEYS[i]
  local amount, bound, holder = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), ARGV[3 * i + 1]
  if holder == '' then
    local tat = math.max(tonumber(redis.call('GET', key) or 0), now)
    answer[i + 2] = tat
    if tat + amount - bound > now then answer[2] = 0 end
  else
    local held = redis.call('ZCOUNT', key, string.format('(%.0f', now), '+inf')
    answer[i + 2] = held
    if held >= bound then answer[2] = 0 end
  end
end
if answer[2] == 0 then return answer end
for i = 1, claims do
  local key = KEYS[i]
  local amount, holder = tonumber(ARGV[3 * i - 1]), ARGV[3 * i + 1]
  if holder ~= '' then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now))
    redis.call('ZADD', key, string.format('%.0f', now + amount), holder)
    redis.call('PEXPIRE', key, math.ceil(amount / 1000) + 1000)
  elseif amount > 0 then
    local tat = answer[i + 2] + amount
    redis.call('SET', key, string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1000)
  end
end
return answer
