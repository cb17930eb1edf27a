#!lua flags=no-writes,allow-oom
-- How long the task at the front of each handler's lists has been waiting. A list is in the order in
-- which its tasks became ready, so its front waited longest.
--
-- ARGV: most tenants of a priority to look at.
-- Answers {handler, ms, ...}
local tenants_max = arg_number()
local ages = {}

local function age(id)
  local v = redis.call('HMGET', key_task(id), 'created', 'runAt', 'started')
  if not v[1] then return 0 end
  return NOW - math.max(tonumber(v[1]), tonumber(v[2] or 0), tonumber(v[3] or 0))
end

local counted = redis.call('HGETALL', key_counts())
for i = 1, #counted, 2 do
  local handler = string.match(counted[i], '^([^@:]+):queued$')
  if handler and tonumber(counted[i + 1]) > 0 then
    local oldest = 0
    local function front(list)
      local id = redis.call('LINDEX', list, 0)
      if id then oldest = math.max(oldest, age(id)) end
    end
    for _, priority in ipairs({ 'high', 'normal', 'low' }) do
      for _, tenant in ipairs(redis.call('LRANGE', key_ring(handler, priority), 0, tenants_max - 1)) do
        front(key_ready(handler, priority, tenant))
      end
    end
    for losses = 1, 3 do front(key_lost(handler, losses)) end
    ages[#ages + 1] = handler
    ages[#ages + 1] = oldest
  end
end
return ages
