#!lua flags=allow-oom
-- Lets runs of rate-limited handlers start: the generic cell rate algorithm (ITU-T I.371). Kept is
-- the moment, in us, at which a bucket that was emptied now would be full again.
--
-- ARGV: per handler: its name, us between two starts, most starts at once, how many are wanted; a
-- negative number gives back what was taken and not used.
-- Answers per handler: {granted, us until the next may start, 0 when one may now}
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2] + (redis.call('GET', key_clock()) or 0) * 1000
local answers = {}
while more() do
  local key = key_rate(arg())
  local interval, burst, wanted = arg_number(), arg_number(), arg_number()
  local full = now + burst * interval
  -- A declaration may have changed: nobody waits longer than its new bucket takes to fill.
  local due = math.min(full, math.max(now, tonumber(redis.call('GET', key) or 0)))
  local granted = math.min(wanted, math.floor((full - due) / interval))
  due = math.max(now, due + granted * interval)
  redis.call('SET', key, whole(due), 'PX', whole(math.ceil((due - now) / 1000) + 1))
  answers[#answers + 1] = { granted, math.ceil(math.max(0, due - full + interval)) }
end
return answers
