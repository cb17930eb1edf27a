#!lua flags=no-writes,allow-oom
-- Dead letters, newest first.
--
-- ARGV: tenant, handler or '', error type or '', user or '', from and before in ms (or -inf, +inf),
-- the place after which to go on or '', how many, how many to look at, 1 for their fields.
-- Answers {letters, last}. A letter is {place, fields}, a place the moment and the id, and last the
-- place looked at last when more may follow, else ''.
local tenant, handler, error_type, user = arg(), arg(), arg(), arg()
local from, before, after = arg(), arg(), arg()
local limit, looks, whole = arg_number(), arg_number(), arg() == '1'

-- Ids of one millisecond come in reverse order of their text, as the sorted set has them.
local max = before == '+inf' and before or '(' .. before
local after_score = nil
if after ~= '' then
  after_score = string.match(after, '^(%d+)')
  max = after_score
  after = string.match(after, '^%d+ (.+)$')
end

local letters, last, offset, looked = {}, '', 0, 0
while true do
  local page = redis.call('ZRANGE', key_dead(), max, from, 'BYSCORE', 'REV',
    'LIMIT', offset, 100, 'WITHSCORES')
  for i = 1, #page, 2 do
    local id, score = page[i], page[i + 1]
    local seen = after_score and score == after_score and id >= after
    if not seen then
      if #letters == limit or looked == looks then return { letters, last } end
      local letter = letter_of(id)
      if letter and letter.tenant == tenant
        and (handler == '' or letter.handler == handler)
        and (error_type == '' or letter.errorType == error_type)
        and (user == '' or letter.user == user) then
        letters[#letters + 1] = { score .. ' ' .. id, whole and letter.flat or {} }
      end
      looked = looked + 1
      last = score .. ' ' .. id
    end
  end
  if #page < 200 then return { letters, '' } end
  offset = offset + 100
end
