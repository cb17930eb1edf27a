#!lua
-- Accepts tasks. It alone is refused when Redis is out of memory, so that work can always drain.
--
-- ARGV: caps (2), most live tasks, most of one tenant, most finished ones not yet archived, ttl of
-- idempotency keys in ms; then per task: id, tenant, project, user, handler, priority, cost, input,
-- start (now | at | after), its ms, key of its idempotency entry or '', digest of its body.
-- Answers per task: {ok, created, runAt or 0} | {known, id, hash} | {released, id} | {conflict} |
-- {full, live} | {quota, live of the tenant} | {backlog, finished}
read_caps()
local live_max, tenant_max = arg_number(), arg_number()
local backlog_max = arg_number()
local idempotency_ttl = arg()

local live = tonumber(redis.call('HGET', key_counts(), 'live') or 0)
local backlog = redis.call('XLEN', key_finished())
local by_tenant = {}
local function live_of(tenant)
  by_tenant[tenant] = by_tenant[tenant] or
    tonumber(redis.call('HGET', key_counts(), of_tenant(tenant)) or 0)
  return by_tenant[tenant]
end

local function known(id)
  local hash = redis.call('HGETALL', key_task(id))
  if #hash == 0 then return { 'released', id } end
  return { 'known', id, hash }
end

local function accept(task, project, user, cost, input, start, start_ms)
  local at = 0
  if start == 'at' then at = start_ms elseif start == 'after' then at = NOW + start_ms end
  local later = at > NOW
  local status = later and 'scheduled' or 'queued'
  live = live + 1
  by_tenant[task.tenant] = by_tenant[task.tenant] + 1
  create(task, status, at, project, user, cost, input)
  return { 'ok', NOW, later and at or 0 }
end

local function submit(task, project, user, cost, input, start, start_ms, idempotency, digest)
  if idempotency ~= '' then
    local seen = redis.call('HMGET', idempotency, 'task', 'digest')
    if seen[1] then
      if seen[2] ~= digest then return { 'conflict' } end
      return known(seen[1])
    end
  end
  -- The same id again: the caller did not hear the answer to its first try.
  if redis.call('EXISTS', key_task(task.id)) == 1 then return known(task.id) end
  if live >= live_max then return { 'full', live } end
  if live_of(task.tenant) >= tenant_max then return { 'quota', live_of(task.tenant) } end
  if backlog >= backlog_max then return { 'backlog', backlog } end
  if idempotency ~= '' then
    redis.call('HSET', idempotency, 'task', task.id, 'digest', digest)
    redis.call('PEXPIRE', idempotency, idempotency_ttl)
  end
  return accept(task, project, user, cost, input, start, start_ms)
end

local answers = {}
while more() do
  local task = { id = arg(), tenant = arg(), round = '1', fresh = true }
  local project, user = arg(), arg()
  task.handler = arg()
  task.priority = arg()
  local cost, input, start, start_ms = arg(), arg(), arg(), arg_number()
  answers[#answers + 1] = submit(task, project, user, cost, input, start, start_ms, arg(), arg())
end
settle()
return answers
