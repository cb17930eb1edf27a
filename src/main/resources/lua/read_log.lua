#!lua flags=no-writes,allow-oom
-- A piece of a task's log.
--
-- ARGV: id, the last event id the reader has or '', how many.
-- Answers {} when there is no log (never was, or released), else {gap, entries, continued}; gap is 1
-- when the cap has cut off events that the reader has not seen. continued is 1 when the reader has
-- seen none of this log, and the events of earlier rounds are in the archive.
local id, after, limit = arg(), arg(), arg_number()
local log = key_events(id)

local fields = redis.call('HMGET', key_task(id), 'log', 'revived')
local gap, entries, first = 0, {}, nil
if fields[1] then
  for event, flag, data in lines_of(fields[1]) do
    first = first or event
    if #entries < limit and (after == '' or is_before(after, event)) then
      entries[#entries + 1] = { event, { 'type', 'task.status', 'data', data, 'final', flag } }
    end
  end
elseif redis.call('EXISTS', log) == 1 then
  gap = gap_after(log, after)
  entries = redis.call('XRANGE', log, after == '' and '-' or '(' .. after, '+', 'COUNT', limit)
  first = redis.call('XRANGE', log, '-', '+', 'COUNT', 1)[1]
  first = first and first[1]
else
  return {}
end
local continued = fields[2] == '1' and first and (after == '' or is_before(after, first))
return { gap, entries, continued and 1 or 0 }
