#!lua flags=allow-oom
-- Hands waiting tasks to a worker.
--
-- ARGV: caps (2), worker; then per demand: handler, free slots, slots in all, how many tasks may
-- start, how many of these may be tasks whose worker was lost twice, and thrice, lease in ms.
-- Answers {claimed, handlers whose next task needs more slots than are free}; a claimed task is
-- {id, hash}.
--
-- Between priorities: smooth weighted round robin over those that have work. Each slot adds every
-- such priority's weight to its credit, the richest is served and pays the sum; so 16:4:1 holds over
-- any 21 slots, and a priority without work holds nobody up. Between tenants of a priority: a ring,
-- one task each turn. Before all of them come tasks whose worker was lost; from the second loss
-- on few at a time: one of them may have killed it, and would take with it all that runs beside it.
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
    if id then return id, tenant end
  end
end

-- Undoes a pop: the id is the next again, and its tenant the next in turn.
local function push_back(handler, priority, tenant, id)
  local ring = key_ring(handler, priority)
  if redis.call('LPUSH', key_ready(handler, priority, tenant), id) > 1 then
    redis.call('LREM', ring, -1, tenant)
  end
  redis.call('LPUSH', ring, tenant)
end

-- The demand that is served now: its handler, the slots and starts that are left, its lease. A task
-- that takes more slots than are left waits at the front, and all behind it wait for it: else small
-- ones would pass it for ever.
local now = nil
local claimed, blocked = {}, {}

-- Whether the task was started: true, false when it is a ghost, nil when it does not fit.
local function start(id)
  local key = key_task(id)
  local hash = redis.call('HGETALL', key)
  local task = { id = id }
  for i = 1, #hash, 2 do task[hash[i]] = hash[i + 1] end
  if task.status ~= 'queued' then return false end
  local cost = math.min(tonumber(task.cost or 1), now.capacity)
  if cost > now.slots then
    now.slots = 0
    blocked[#blocked + 1] = now.handler
    return nil
  end
  now.slots = now.slots - cost
  now.starts = now.starts - 1
  redis.call('ZADD', key_leases(), now.lapse, id)
  count(task.handler .. ':queued', -1)
  count(task.handler .. ':running', 1)
  local attempt = whole(task.attempts + 1)
  if task.resumed then
    redis.call('HDEL', key, 'resumed') -- The same attempt goes on.
  elseif task.started then
    append(task, 'task.attempt', '{"attempt":' .. attempt .. '}', false)
  end
  local changes = {
    'status', 'running', 'worker', worker, 'epoch', whole(task.epoch + 1),
    'deliveries', whole(task.deliveries + 1), 'started', NOW_TEXT, 'lease', now.lease
  }
  append_status(task, 'running', ',"attempt":' .. attempt, unpack(changes))
  -- The hash as it is now: of a field that comes twice the reader takes the last.
  for _, change in ipairs(changes) do hash[#hash + 1] = change end
  claimed[#claimed + 1] = { id, hash }
  return true
end

local function room()
  return math.min(now.slots, now.starts)
end

local function serve_lost(handler, losses, most)
  while most > 0 and room() > 0 do
    local id = redis.call('LPOP', key_lost(handler, losses))
    if not id then break end
    local started = start(id)
    if started then
      most = most - 1
    elseif started == nil then
      redis.call('LPUSH', key_lost(handler, losses), id)
    end
  end
end

-- Of one tenant's work alone, in the order of its list.
local function serve_list(handler, priority, tenant)
  local ready = key_ready(handler, priority, tenant)
  while room() > 0 do
    local ids = redis.call('LPOP', ready, room())
    if not ids then break end
    for i, id in ipairs(ids) do
      if start(id) == nil then
        for back = #ids, i, -1 do redis.call('LPUSH', ready, ids[back]) end
        break
      end
    end
  end
  if redis.call('EXISTS', ready) == 0 then redis.call('DEL', key_ring(handler, priority)) end
end

local function serve(handler)
  if room() == 0 then return end
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
    if #tenants == 1 then return serve_list(handler, rings[1], tenants[1]) end
  end
  local stored = redis.call('HMGET', key_credit(handler), 'high', 'normal', 'low')
  for i, priority in ipairs(PRIORITIES) do
    credit[priority] = active[priority] and tonumber(stored[i] or 0) or 0
  end
  while room() > 0 do
    local best, sum = nil, 0
    for _, priority in ipairs(PRIORITIES) do
      if active[priority] then
        sum = sum + WEIGHTS[priority]
        local worth = credit[priority] + WEIGHTS[priority]
        if not best or worth > credit[best] + WEIGHTS[best] then best = priority end
      end
    end
    if not best then break end
    local id, tenant = pop(handler, best)
    if not id then
      active[best] = nil
      credit[best] = 0
    else
      local started = start(id)
      if started == nil then
        push_back(handler, best, tenant, id)
      elseif started then
        for priority in pairs(active) do credit[priority] = credit[priority] + WEIGHTS[priority] end
        credit[best] = credit[best] - sum
      end
    end
  end
  redis.call('HSET', key_credit(handler), 'high', credit.high, 'normal', credit.normal,
    'low', credit.low)
end

while more() do
  now = { handler = arg(), slots = arg_number(), capacity = arg_number(), starts = arg_number() }
  local twice, thrice = arg_number(), arg_number()
  now.lease = arg()
  now.lapse = whole(NOW + now.lease)
  serve_lost(now.handler, 3, thrice)
  serve_lost(now.handler, 2, twice)
  serve_lost(now.handler, 1, now.starts)
  serve(now.handler)
end
settle()
return { claimed, blocked }
