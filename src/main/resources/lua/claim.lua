#!lua flags=allow-oom
-- Hands waiting tasks to a worker.
--
-- ARGV: caps (2), worker; then per demand: handler, free slots, how many of these may go to tasks
-- whose worker was lost once, and twice, lease in ms.
-- Answers per claimed task: {id, hash}
--
-- Between priorities: smooth weighted round robin over those that have work. Each slot adds every
-- such priority's weight to its credit, the richest is served and pays the sum; so 16:4:1 holds over
-- any 21 slots, and a priority without work holds nobody up. Between tenants of a priority: a ring,
-- one task each turn. Before all of them come tasks whose worker was lost, few at a time: one of
-- them may have killed it, and would take with it all that runs beside it.
read_caps()
local worker = arg()
local PRIORITIES = { 'high', 'normal', 'low' }
local WEIGHTS = { high = 16, normal = 4, low = 1 }

-- The next id in turn, or nil when this priority has none. It may be a ghost: a task that was
-- cancelled while it waited stays in its list, and only its hash says so.
local function pop(handler, priority)
  local ring = key_ring(handler, priority)
  while true do
    local tenant = redis.call('LMOVE', ring, ring, 'LEFT', 'RIGHT')
    if not tenant then return nil end
    local ready = key_ready(handler, priority, tenant)
    local id = redis.call('LPOP', ready)
    if redis.call('EXISTS', ready) == 0 then redis.call('LREM', ring, -1, tenant) end
    if id then return id end
  end
end

local function start(id, lease)
  local task = peek(id)
  if not task or task.status ~= 'queued' then return nil end
  local epoch = task.epoch + 1
  redis.call('HSET', key_task(id), 'status', 'running', 'worker', worker, 'epoch', epoch,
    'deliveries', task.deliveries + 1, 'started', NOW, 'lease', lease)
  redis.call('ZADD', key_leases(), NOW + lease, id)
  count(task.handler .. ':queued', -1)
  count(task.handler .. ':running', 1)
  local attempt = task.attempts + 1
  if task.started then append(task, 'task.attempt', '{"attempt":' .. attempt .. '}', false) end
  append_status(task, 'running', ',"attempt":' .. attempt)
  return { id, redis.call('HGETALL', key_task(id)) }
end

local claimed = {}

-- Answers how many it started.
local function serve_lost(handler, losses, slots, lease)
  local started = 0
  while started < slots do
    local id = redis.call('LPOP', key_lost(handler, losses))
    if not id then break end
    local answer = start(id, lease)
    if answer then
      claimed[#claimed + 1] = answer
      started = started + 1
    end
  end
  return started
end

local function serve(handler, slots, lease)
  local credit, active = {}, {}
  local any = false
  for _, priority in ipairs(PRIORITIES) do
    if redis.call('EXISTS', key_ring(handler, priority)) == 1 then
      active[priority] = true
      any = true
    end
  end
  if not any then return end
  local stored = redis.call('HMGET', key_credit(handler), 'high', 'normal', 'low')
  for i, priority in ipairs(PRIORITIES) do
    credit[priority] = active[priority] and tonumber(stored[i] or 0) or 0
  end
  while slots > 0 do
    local best, sum = nil, 0
    for _, priority in ipairs(PRIORITIES) do
      if active[priority] then
        sum = sum + WEIGHTS[priority]
        local worth = credit[priority] + WEIGHTS[priority]
        if not best or worth > credit[best] + WEIGHTS[best] then best = priority end
      end
    end
    if not best then break end
    local id = pop(handler, best)
    if not id then
      active[best] = nil
      credit[best] = 0
    else
      local answer = start(id, lease)
      if answer then
        claimed[#claimed + 1] = answer
        slots = slots - 1
        for priority in pairs(active) do credit[priority] = credit[priority] + WEIGHTS[priority] end
        credit[best] = credit[best] - sum
      end
    end
  end
  redis.call('HSET', key_credit(handler), 'high', credit.high, 'normal', credit.normal,
    'low', credit.low)
end

while more() do
  local handler, slots = arg(), arg_number()
  local once, twice, lease = arg_number(), arg_number(), arg_number()
  slots = slots - serve_lost(handler, 2, math.min(slots, twice), lease)
  slots = slots - serve_lost(handler, 1, math.min(slots, once), lease)
  serve(handler, slots, lease)
end
settle()
return claimed
