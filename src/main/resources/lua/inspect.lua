#!lua flags=allow-oom
-- Looks at a portion of the keys of a shard and mends what contradicts the hashes, which are the
-- truth. That a queued task is in no list is found outside, over all lists; see restore.
--
-- ARGV: caps (2), cursor, about how many keys, last characters of the ids of queued tasks to tell.
-- Answers {next cursor, ids of queued tasks, keys of their lists, {kind, what was mended, ...}}
read_caps()
local cursor, at_most, slice = arg(), arg(), arg()
local SAMPLE = 50

local queued, lists, mended = {}, {}, {}
local function mend(kind, what)
  mended[#mended + 1] = kind
  mended[#mended + 1] = what
end

local function waits(task)
  local open = 0
  for _, id in ipairs(redis.call('LRANGE', key_children(task.id), 0, -1)) do
    local child = peek(id)
    if child and child.parent == task.id and not is_final(child.status) then open = open + 1 end
  end
  if tonumber(redis.call('HGET', key_task(task.id), 'children:open') or 0) == open then return end
  mend('children', task.id)
  redis.call('HSET', key_task(task.id), 'children:open', open)
  if open == 0 then children_ended(task) end
end

local function ended(task)
  local v = redis.call('HMGET', key_task(task.id), 'entry', 'discarded')
  if not v[1] or #redis.call('XRANGE', key_finished(), v[1], v[1]) == 0 then
    mend('finished', task.id)
    redis.call('HSET', key_task(task.id), 'entry', hand_to_archive(task))
  end
  if task.status == 'dead' and not v[2] and not letter_of(task.id) then
    mend('dead_letter', task.id)
    dead_letter(task)
  end
end

local function look_at_task(id)
  local task = peek(id)
  if not task then return end
  if not (task.handler and task.tenant and task.priority and task.epoch and task.losses) then
    return mend('damaged', id)
  end
  if not redis.call('ZSCORE', key_live(task.tenant), id) then
    mend('live', id)
    redis.call('ZADD', key_live(task.tenant), 0, id)
  end
  if task.status == 'queued' then
    if string.find(slice, string.sub(id, -1), 1, true) then queued[#queued + 1] = id end
  elseif task.status == 'running' then
    if not redis.call('ZSCORE', key_leases(), id) then
      mend('lease', id)
      redis.call('ZADD', key_leases(), NOW + (redis.call('HGET', key_task(id), 'lease') or 0), id)
    end
  elseif task.status == 'scheduled' then
    if not redis.call('ZSCORE', key_scheduled(), id) then
      mend('scheduled', id)
      redis.call('ZADD', key_scheduled(), redis.call('HGET', key_task(id), 'runAt') or NOW, id)
    end
  elseif task.status == 'waiting' then
    waits(task)
  elseif is_final(task.status) then
    ended(task)
  else
    mend('damaged', id)
  end
end

-- A list that its ring does not name is never served.
local function look_at_ready(handler, priority, tenant)
  local ring = key_ring(handler, priority)
  if not redis.call('LPOS', ring, tenant) then
    mend('ring', handler .. ' ' .. priority .. ' ' .. tenant)
    redis.call('RPUSH', ring, tenant)
    hint(key_work(handler))
  end
end

-- Index entries of tasks that are gone; a few each time.
local function look_at_live(key)
  for _, id in ipairs(redis.call('ZRANDMEMBER', key, SAMPLE)) do
    if redis.call('EXISTS', key_task(id)) == 0 then
      mend('live', id)
      redis.call('ZREM', key, id)
    end
  end
end
local function look_at_dead()
  for _, id in ipairs(redis.call('ZRANDMEMBER', key_dead(), SAMPLE)) do
    if redis.call('HGET', key_task(id), 'status') ~= 'dead' and not letter_of(id) then
      mend('dead_letter', id)
      redis.call('ZREM', key_dead(), id)
      redis.call('HDEL', key_dead_letters(), id)
    end
  end
end

local page = redis.call('SCAN', cursor, 'MATCH', SHARD .. '*', 'COUNT', at_most)
for _, key in ipairs(page[2]) do
  local name = string.sub(key, #SHARD + 1)
  local id = string.match(name, '^task:([^:]+)$')
  local handler, priority, tenant = string.match(name, '^ready:([^:]+):([^:]+):(.+)$')
  if id then
    look_at_task(id)
  elseif handler then
    lists[#lists + 1] = key
    look_at_ready(handler, priority, tenant)
  elseif string.match(name, '^lost:') then
    lists[#lists + 1] = key
  elseif string.match(name, '^live:') then
    look_at_live(key)
  elseif key == key_dead() then
    look_at_dead()
  end
end
settle()
return { page[1], queued, lists, mended }
