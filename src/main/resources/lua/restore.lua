#!lua flags=allow-oom
-- Puts queued tasks that are in no list into theirs.
--
-- ARGV: caps (2), then ids.
-- Answers the ids that were put back.
read_caps()
local restored = {}
while more() do
  local task = peek(arg())
  if task and task.status == 'queued' then
    local list = task.losses > 0 and key_lost(task.handler, task.losses)
      or key_ready(task.handler, task.priority, task.tenant)
    if not redis.call('LPOS', list, task.id) then
      make_ready(task, false)
      restored[#restored + 1] = task.id
    end
  end
end
settle()
return restored
