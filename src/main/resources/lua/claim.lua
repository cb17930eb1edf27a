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
  local key = key_task(id)
  local hash = redis.call('HGETALL', key)
  local task = { id = id }
  for i = 1, #hash, 2 do task[hash[i]] = hash[i + 1] end
  if task.status ~= 'queued' then return nil end
  local changes = {
    status = 'running', worker = worker, epoch = whole(task.epoch + 1),
    deliveries = whole(task.deliveries + 1), started = whole(NOW), lease = whole(lease)
  }
  local writes = {}
  for field, value in pairs(changes) do
    writes[#writes + 1] = field
    writes[#writes + 1] = value
  end
  redis.call('HSET', key, unpack(writes))
  redis.call('ZADD', key_leases(), NOW + lease, id)
  count(task.handler .. ':queued', -1)
  count(task.handler .. ':running', 1)
  local attempt = task.attempts + 1
  if task.started then append(task, 'task.attempt', '{"attempt":' .. attempt .. '}', false) end
  append_status(task, 'running', ',"attempt":' .. attempt)
  -- The hash as it is now: of a field that comes twice the reader takes the last.
  for _, write in ipairs(writes) do hash[#hash + 1] = write end
  return { id, hash }
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

-- Of one tenant's work alone, in the order of its list.
local function serve_list(handler, priority, tenant, slots, lease)
  local ready = key_ready(handler, priority, tenant)
  while slots > 0 do
    local ids = redis.call('LPOP', ready, slots)
    if not ids then break end
    for _, id in ipairs(ids) do
      local answer = start(id, lease)
      if answer then
        claimed[#claimed + 1] = answer
        slots = slots - 1
      end
    end
  end
  if redis.call('EXISTS', ready) == 0 then redis.call('DEL', key_ring(handler, priority)) end
end

local function serve(handler, slots, lease)
  local credit, active, rings = {}, {}, {}
  for _, priority in ipairs(PRIORITIES) do
    if redis.call('EXISTS', key_ring(handler, priority)) == 1 then
      active[priority] = true
      rings[#rings + 1] = priority
    end
  end
  if #rings == 0 then return end
  if #rings == 1 then
    -- Where there is no choice no turns are counted.
    local tenants = redis.call('LRANGE', key_ring(handler, rings[1]), 0, 1)
    if #tenants == 1 then return serve_list(handler, rings[1], tenants[1], slots, lease) end
  end
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
