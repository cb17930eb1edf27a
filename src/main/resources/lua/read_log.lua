#!lua flags=no-writes,allow-oom
-- A piece of a task's log.
--
-- ARGV: id, the last event id the reader has or '', how many.
-- Answers {} when there is no log (never was, or released), else {gap, entries}; gap is 1 when the
-- cap has cut off events that the reader has not seen.
local id, after, limit = arg(), arg(), arg()
local log = key_events(id)

if redis.call('EXISTS', log) == 0 then return {} end
local from = after == '' and '-' or '(' .. after
return { gap_after(log, after), redis.call('XRANGE', log, from, '+', 'COUNT', limit) }
