#!lua flags=allow-oom
-- Removes dead letters that are too old or too many. One whose task is not archived yet stays.
--
-- ARGV: ms a dead letter is kept, most dead letters, most to look at in one call.
-- Answers how many were removed.
local ttl, letters_max, at_most = arg_number(), arg_number(), arg_number()
local expired = 0

local function expire(ids)
  for _, id in ipairs(ids) do
    local letter = letter_of(id)
    if letter and redis.call('EXISTS', key_task(id)) == 0 then
      drop_letter(id, letter)
      expired = expired + 1
    end
  end
end

expire(redis.call('ZRANGE', key_dead(), '-inf', NOW - ttl, 'BYSCORE', 'LIMIT', 0, at_most))
local surplus = redis.call('ZCARD', key_dead()) - letters_max
if surplus > 0 then
  expire(redis.call('ZRANGE', key_dead(), 0, math.min(surplus, at_most) - 1))
end
return expired
