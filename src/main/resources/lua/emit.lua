#!lua flags=allow-oom
-- Appends events of running tasks.
--
-- ARGV: caps (2); then per event: id, worker, epoch, type, data.
-- Answers per event: 1 appended, 0 stale.
read_caps()
local tasks = {}
local answers = {}
while more() do
  local id, worker, epoch, type, data = arg(), arg(), arg(), arg(), arg()
  if tasks[id] == nil then tasks[id] = peek(id) or false end
  local task = tasks[id]
  if held(task, worker, epoch) then
    append(task, type, data, false)
    answers[#answers + 1] = 1
  else
    answers[#answers + 1] = 0
  end
end
settle()
return answers
