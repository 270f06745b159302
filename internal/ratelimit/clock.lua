-- The time of the buckets and slots, in microseconds. It never runs backwards:
-- when the server's clock is set back, or another server with a slower one takes
-- over, it goes on from where it was. Otherwise every bucket would count as used
-- for as long as the clock was set back.
--
-- key    remembers by how much this time is ahead of the server's, and, to the
--        second, how far it has come
-- given  now, or 0 for the server's clock
local function clock(key, given)
  local now, ahead, come = given, 0, 0
  if now == 0 then
    local t = redis.call('TIME')
    now = tonumber(t[1]) * 1000000 + tonumber(t[2])
  end
  local ahead_text, come_text = string.match(redis.call('GET', key) or '', '^(%d+) (%d+)$')
  if come_text then
    ahead, come = tonumber(ahead_text), tonumber(come_text)
  end
  ahead = math.max(ahead, come - now)
  now = now + ahead
  if now == come or now >= come + 1000000 then
    redis.call('SET', key, string.format('%.0f %.0f', ahead, now), 'PX', 86400000)
  end
  return now
end

