-- What all scripts share. It is put after the first line of each of them (see redis.Script).
--
-- KEYS[1] is the hash tag of the shard, such as {s0}: ; every key begins with it, so a script
-- touches one shard only. ARGV is a flat list that the script walks with arg().
local SHARD = KEYS[1]
--@keys

local position = 0
local function arg()
  position = position + 1
  return ARGV[position]
end
local function arg_number()
  return tonumber(arg())
end
local function more()
  return position < #ARGV
end

-- A whole number as text: what goes into a hash, and what a script answers. Redis would write a
-- number as a fraction, which takes longer.
local function whole(number)
  return string.format('%d', number)
end

-- Milliseconds by Redis's own clock, which the clock key may shift (tests step it).
local function clock()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local REAL_NOW = clock()
local NOW = REAL_NOW + (redis.call('GET', key_clock()) or 0)
local NOW_TEXT = whole(NOW)

-- Caps of the logs; a script that appends events reads them first.
local EVENTS_MAX, FEED_MAX
local function read_caps()
  EVENTS_MAX = arg()
  FEED_MAX = arg()
end

-- Hints and counts are gathered and sent once, by settle().
local hints = {}
local counts = {}
local function hint(channel)
  hints[channel] = true
end
local function count(field, n)
  counts[field] = (counts[field] or 0) + n
end
-- The field that counts the live tasks of a tenant; no handler's name begins like it.
local function of_tenant(tenant)
  return '@' .. tenant
end
local function settle()
  for field, n in pairs(counts) do
    if n ~= 0 and redis.call('HINCRBY', key_counts(), field, n) == 0 and
      string.sub(field, 1, 1) == '@' then
      redis.call('HDEL', key_counts(), field)
    end
  end
  for channel in pairs(hints) do redis.call('SPUBLISH', channel, '') end
end

-- The fields that decide; nil when there is no such task.
local function peek(id)
  local v = redis.call('HMGET', key_task(id), 'status', 'worker', 'epoch', 'round', 'tenant',
    'handler', 'priority', 'attempts', 'deliveries', 'losses', 'cancel', 'started',
    'parent', 'log')
  if not v[1] then return nil end
  return {
    id = id, status = v[1], worker = v[2], epoch = v[3], round = v[4], tenant = v[5],
    handler = v[6], priority = v[7], attempts = tonumber(v[8]), deliveries = tonumber(v[9]),
    losses = tonumber(v[10]), cancel = v[11] == '1', started = v[12],
    parent = v[13], log = v[14]
  }
end

-- The fence: only the worker that holds the task in this epoch may write to it.
local function held(task, worker, epoch)
  return task and task.status == 'running' and task.worker == worker and task.epoch == epoch
end

local function is_final(status)
  return status == 'succeeded' or status == 'failed' or status == 'dead' or status == 'cancelled'
end

-- Streams: the order of ids, what is known of one, and whether its cap has cut off entries after
-- the one a reader has seen ('' when it has seen none): 1 or 0.
local function is_before(a, b)
  local a_ms, a_n = string.match(a, '^(%d+)-(%d+)$')
  local b_ms, b_n = string.match(b, '^(%d+)-(%d+)$')
  a_ms, a_n, b_ms, b_n = tonumber(a_ms), tonumber(a_n), tonumber(b_ms), tonumber(b_n)
  return a_ms < b_ms or (a_ms == b_ms and a_n < b_n)
end
local function stream_info(stream)
  local flat, info = redis.call('XINFO', 'STREAM', stream), {}
  for i = 1, #flat, 2 do info[flat[i]] = flat[i + 1] end
  return info
end
local function gap_after(stream, after)
  local first = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
  if first and after ~= '' and not is_before(after, first[1]) then return 0 end
  local info = stream_info(stream)
  return info['entries-added'] > info['length'] and 1 or 0
end

-- 2026-11-21T09:30:00.000Z
local function rfc3339(ms)
  local seconds = math.floor(ms / 1000)
  local days = math.floor(seconds / 86400)
  local rest = seconds - days * 86400
  -- Days since 0000-03-01, so that the leap day ends a year; eras of 400 years.
  local z = days + 719468
  local era = math.floor(z / 146097)
  local of_era = z - era * 146097
  local year_of_era = math.floor((of_era - math.floor(of_era / 1460) + math.floor(of_era / 36524)
    - math.floor(of_era / 146096)) / 365)
  local of_year = of_era - (365 * year_of_era + math.floor(year_of_era / 4)
    - math.floor(year_of_era / 100))
  local m = math.floor((5 * of_year + 2) / 153)
  local day = of_year - math.floor((153 * m + 2) / 5) + 1
  local month = m < 10 and m + 3 or m - 9
  local year = year_of_era + era * 400 + (month <= 2 and 1 or 0)
  return string.format('%04d-%02d-%02dT%02d:%02d:%02d.%03dZ', year, month, day,
    math.floor(rest / 3600), math.floor(rest / 60) % 60, rest % 60, ms % 1000)
end

-- The log of a task is a field of its hash, one line per event, while it holds nothing but a few
-- status events: so it is with most tasks to their end, and a stream of its own takes 4 KB. It is a
-- stream as soon as it holds more. Here it is the text of the field, or false for a stream.
local LOG_FIELD_MAX = 1000
local function log_of(task)
  if task.fresh then task.log = task.log or '' end
  if task.log == nil then
    task.log = redis.call('HGET', key_task(task.id), 'log')
    if not task.log and redis.call('EXISTS', key_events(task.id)) == 0 then task.log = '' end
  end
  return task.log
end
local function lines_of(log)
  return string.gmatch(log, '(%S+) (%d) ([^\n]*)\n')
end
local function log_to_stream(task)
  for id, flag, data in lines_of(task.log) do
    redis.call('XADD', key_events(task.id), id, 'type', 'task.status', 'data', data, 'final', flag)
  end
  redis.call('HDEL', key_task(task.id), 'log')
  task.log, task.fresh = false, false
end

-- Appends to the log of a task; status events also go to the feed, and have the same id there while
-- the log is a field. Nobody can watch a fresh task. ...: fields of its hash to write, and their
-- values; with the log it is one write.
local function append(task, type, data, final, ...)
  local flag = final and '1' or '0'
  local is_status = type == 'task.status'
  if not task.fresh then hint(key_events(task.id)) end
  if log_of(task) and not (is_status and #task.log < LOG_FIELD_MAX) then log_to_stream(task) end
  if task.log then
    local id = redis.call('XADD', key_feed(), 'MAXLEN', '~', FEED_MAX, '*', 'task', task.id,
      'tenant', task.tenant, 'data', data, 'final', flag)
    task.log = task.log .. id .. ' ' .. flag .. ' ' .. data .. '\n'
    redis.call('HSET', key_task(task.id), 'log', task.log, ...)
  else
    if ... then redis.call('HSET', key_task(task.id), ...) end
    local id = redis.call('XADD', key_events(task.id), 'MAXLEN', '~', EVENTS_MAX, '*',
      'type', type, 'data', data, 'final', flag)
    if is_status then
      redis.call('XADD', key_feed(), 'MAXLEN', '~', FEED_MAX, '*', 'task', task.id,
        'tenant', task.tenant, 'data', data, 'final', flag, 'event', id)
    end
  end
  if is_status then hint(key_feed()) end
end

-- The event of a transition, and the fields that it changes (...). more_json: further members, each
-- with a leading comma.
local function append_status(task, status, more_json, ...)
  append(task, 'task.status', '{"status":"' .. status .. '","round":' .. task.round ..
    ',"handler":"' .. task.handler .. '"' .. (more_json or '') .. '}', is_final(status), ...)
end

local function error_json(type, message, retryable)
  return ',"error":{"type":' .. cjson.encode(type) .. ',"message":' .. cjson.encode(message) ..
    ',"retryable":' .. (retryable == '1' and 'true' or 'false') .. '}'
end

-- Puts a task into its ready list. A tenant is in the ring while its list is not empty, and
-- claimers are woken when a list stops being empty. What ran when its worker was lost waits apart.
local function make_ready(task, front)
  if (task.losses or 0) > 0 then
    redis.call(front and 'LPUSH' or 'RPUSH', key_lost(task.handler, task.losses), task.id)
    hint(key_work(task.handler))
    return
  end
  local length = redis.call(front and 'LPUSH' or 'RPUSH',
    key_ready(task.handler, task.priority, task.tenant), task.id)
  if length == 1 then
    redis.call(front and 'LPUSH' or 'RPUSH', key_ring(task.handler, task.priority), task.tenant)
    hint(key_work(task.handler))
  end
end

-- Keeps the sets of leases and due times, and the counts, in step with a change of status.
local function leave(task)
  if task.status == 'running' then
    redis.call('ZREM', key_leases(), task.id)
  elseif task.status == 'scheduled' then
    redis.call('ZREM', key_scheduled(), task.id)
  end
  count(task.handler .. ':' .. task.status, -1)
end

-- Back to its ready list: a new epoch, nobody's.
local function requeue(task, front, more_json)
  leave(task)
  redis.call('HDEL', key_task(task.id), 'worker')
  count(task.handler .. ':queued', 1)
  append_status(task, 'queued', more_json, 'status', 'queued', 'epoch', whole(task.epoch + 1))
  make_ready(task, front)
end

-- To be queued again at a moment.
local function schedule(task, at, more_json)
  leave(task)
  redis.call('HDEL', key_task(task.id), 'worker')
  redis.call('ZADD', key_scheduled(), at, task.id)
  count(task.handler .. ':scheduled', 1)
  append_status(task, 'scheduled', ',"runAt":"' .. rfc3339(at) .. '"' .. (more_json or ''),
    'status', 'scheduled', 'epoch', whole(task.epoch + 1), 'runAt', whole(at))
end

-- Puts a task that is in no index yet where its status, queued or scheduled, belongs. ...: as above.
local function admit(task, status, at, more_json, ...)
  redis.call('ZADD', key_live(task.tenant), '0', task.id)
  count(task.handler .. ':' .. status, 1)
  count('live', 1)
  count(of_tenant(task.tenant), 1)
  if status == 'scheduled' then
    redis.call('HSET', key_task(task.id), 'runAt', at)
    redis.call('ZADD', key_scheduled(), at, task.id)
    append_status(task, status, ',"runAt":"' .. rfc3339(at) .. '"' .. (more_json or ''), ...)
  else
    append_status(task, status, more_json, ...)
    make_ready(task, false)
  end
end

-- Makes a new task and puts it where it belongs.
local function create(task, status, at, project, user, cost, input)
  if cost ~= '1' then redis.call('HSET', key_task(task.id), 'cost', cost) end
  admit(task, status, at, nil, 'status', status, 'epoch', '0', 'round', '1', 'attempts', '0',
    'deliveries', '0', 'losses', '0', 'handler', task.handler, 'tenant', task.tenant,
    'project', project, 'user', user, 'priority', task.priority, 'created', NOW_TEXT,
    'input', input)
end

-- Everything an operator needs to judge a dead letter and to revive it.
local function dead_letter(task)
  local v = redis.call('HMGET', key_task(task.id), 'project', 'user', 'input', 'created',
    'errorType', 'errorMessage', 'errorRetryable', 'attempts', 'deliveries', 'worker', 'epoch',
    'started', 'cost')
  local entry = redis.call('XADD', key_dlq(task.handler), '*', 'task', task.id,
    'handler', task.handler, 'tenant', task.tenant, 'project', v[1], 'user', v[2],
    'priority', task.priority, 'input', v[3], 'created', v[4], 'errorType', v[5],
    'errorMessage', v[6], 'errorRetryable', v[7], 'attempts', v[8], 'deliveries', v[9],
    'worker', v[10] or '', 'epoch', v[11], 'started', v[12] or NOW, 'round', task.round, 'at', NOW,
    'cost', v[13] or '1')
  redis.call('ZADD', key_dead(), NOW, task.id)
  redis.call('HSET', key_dead_letters(), task.id, entry .. ' ' .. task.handler)
end

-- The fields of the dead letter of a task, or nil when there is none.
local function letter_of(id)
  local place = redis.call('HGET', key_dead_letters(), id)
  if not place then return nil end
  local entry, handler = string.match(place, '^(%S+) (.+)$')
  local found = redis.call('XRANGE', key_dlq(handler), entry, entry)[1]
  if not found then return nil end
  local letter = { entry = entry, handler = handler, flat = found[2] }
  for i = 1, #found[2], 2 do letter[found[2][i]] = found[2][i + 1] end
  return letter
end

local function drop_letter(id, letter)
  redis.call('XDEL', key_dlq(letter.handler), letter.entry)
  redis.call('ZREM', key_dead(), id)
  redis.call('HDEL', key_dead_letters(), id)
end

-- What becomes of a parent when none of its children is open any more: it is queued again, in
-- front, or is over when somebody asked for that.
local end_round
local function children_ended(parent)
  if parent.cancel then return end_round(parent, 'cancelled', true) end
  redis.call('HSET', key_task(parent.id), 'resumed', '1')
  requeue(parent, true, ',"reason":"children_ended"')
end

-- A parent that waits counts how its children ended.
local function child_ended(child, status)
  local key = key_task(child.parent)
  if redis.call('HGET', key, 'status') ~= 'waiting' then return end
  redis.call('HINCRBY', key, 'children:' .. status, 1)
  if redis.call('HINCRBY', key, 'children:open', -1) == 0 then
    children_ended(peek(child.parent))
  end
end

-- Answers the id of the entry: its hash keeps it, so that it can be told whether the archive still
-- has it to come.
local function hand_to_archive(task)
  return redis.call('XADD', key_finished(), '*', 'task', task.id, 'round', task.round)
end

-- Ends a round: the one final event, and the way to the archive. forced: not by its holder, who is
-- fenced off by a new epoch. ...: as above.
function end_round(task, status, forced, more_json, ...)
  leave(task)
  count('live', -1)
  count(of_tenant(task.tenant), -1)
  append_status(task, status, more_json, 'status', status, 'finished', NOW_TEXT,
    'epoch', whole(task.epoch + (forced and 1 or 0)), 'entry', hand_to_archive(task), ...)
  if status == 'dead' then dead_letter(task) end
  if task.parent then child_ended(task, status) end
end
