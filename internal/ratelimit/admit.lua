-- Admits one request by all of its claims, or by none of them: buckets by the
-- generic cell rate algorithm, slots by a set of holders that lapse.
--
-- Begins with clock.lua.
--
-- A turn is a claim that is met when nobody waits who asked before; who is refused
-- waits from then on, until it lapses.
--
-- KEYS[i]     of a bucket: its theoretical arrival time in microseconds (absent:
--             full); of slots: a sorted set of holders by when they lapse; of
--             turns: a hash, for each who waits its order and when it lapses.
--             The last key is the clock's
-- ARGV[1]     now in microseconds, or 0 for the server's clock
-- ARGV[3i-1]  bucket: what the claim adds to the arrival time (0 only looks);
--             slots, turn: after how many microseconds the holder lapses
-- ARGV[3i]    bucket: how far the arrival time may be ahead of now, the burst;
--             slots: how many there are; turn: below zero, -1 less what is
--             added to its order
-- ARGV[3i+1]  slots, turn: the holder; empty for a bucket
--
-- Returns {now, allowed, n 1, n 2, ...}, where n is what was found before the
-- claims: the arrival time of a bucket, the number of holders of slots, 1 when it
-- is another's turn. Every number is a whole number below 2^53.
local orders = {}

-- whether somebody waits before a holder, whose order is kept in mind
local function another(key, holder, order, now)
  local known, others, waits = redis.call('HGETALL', key), {}, false
  for j = 1, #known, 2 do
    local place, lapses = string.match(known[j + 1], '^(%d+) (%d+)$')
    if tonumber(lapses) <= now then
      redis.call('HDEL', key, known[j])
    elseif known[j] == holder then
      order, waits = tonumber(place), true
    else
      others[known[j]] = tonumber(place)
    end
  end
  orders[key] = order
  for name, place in pairs(others) do
    if place < order or (place == order and (not waits or name < holder)) then return 1 end
  end
  return 0
end

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
  elseif bound < 0 then
    answer[i + 2] = another(key, holder, now - 1 - bound, now)
    if answer[i + 2] == 1 then answer[2] = 0 end
  else
    local held = redis.call('ZCOUNT', key, string.format('(%.0f', now), '+inf')
    answer[i + 2] = held
    if held >= bound then answer[2] = 0 end
  end
end
for key, order in pairs(orders) do
  for i = 1, claims do
    if KEYS[i] == key and answer[2] == 1 then
      redis.call('HDEL', key, ARGV[3 * i + 1])
    elseif KEYS[i] == key then
      local lapse = tonumber(ARGV[3 * i - 1])
      redis.call('HSET', key, ARGV[3 * i + 1], string.format('%.0f %.0f', order, now + lapse))
      redis.call('PEXPIRE', key, math.ceil(lapse / 1000) + 1000)
    end
  end
end
if answer[2] == 0 then return answer end
for i = 1, claims do
  local key = KEYS[i]
  local amount, bound, holder = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), ARGV[3 * i + 1]
  if holder ~= '' and bound >= 0 then
    redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now))
    redis.call('ZADD', key, string.format('%.0f', now + amount), holder)
    redis.call('PEXPIRE', key, math.ceil(amount / 1000) + 1000)
  elseif holder == '' and amount > 0 then
    local tat = answer[i + 2] + amount
    redis.call('SET', key, string.format('%.0f', tat), 'PX', math.ceil((tat - now) / 1000) + 1000)
  end
end
return answer
