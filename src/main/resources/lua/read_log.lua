#!lua flags=no-writes,allow-oom
-- A piece of a task's log.
--
-- ARGV: id, the last event id the reader has or '', how many.
-- Answers {} when there is no log (never was, or released), else {gap, entries, continued}; gap is 1
-- when the cap has cut off events that the reader has not seen. continued is 1 when the reader has
-- seen none of this log, and the events of earlier rounds are in the archive.
local id, after, limit = arg(), arg(), arg()
local log = key_events(id)

if redis.call('EXISTS', log) == 0 then return {} end
local from = after == '' and '-' or '(' .. after
local continued = 0
if redis.call('HGET', key_task(id), 'revived') == '1' then
  local first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  if first and (after == '' or is_before(after, first[1])) then continued = 1 end
end
return { gap_after(log, after), redis.call('XRANGE', log, from, '+', 'COUNT', limit), continued }
