#!lua name=keyward_limits

-- What a verification of a key with two limits and credits does, as a function of Redis: look the key up, compare its
-- status and its expiry with now, count in two sliding windows, spend a credit, count the use, build the reply. A window
-- is a counter with an expiry; the one before counts with its share, as in Keyward.
local function spent(counters, name, now, length)
    local window = math.floor(now / length)
    local current = tonumber(redis.call('HGET', counters, name .. window) or 0)
    local former = tonumber(redis.call('HGET', counters, name .. (window - 1)) or 0)
    return window, current + math.ceil(former * (length - now % length) / length)
end

local function spend(counters, name, window)
    if redis.call('HINCRBY', counters, name .. window, 1) == 1 then
        redis.call('HDEL', counters, name .. (window - 2))
    end
end

local function state(name, limit, remaining, resets)
    return '{"name":"' .. name .. '","limit":' .. limit .. ',"remaining":' .. remaining .. ',"resetsAt":' .. resets .. '}'
end

local function verify(keys, arguments)
    local key, counters = keys[1], keys[2]
    local facts = redis.call(
        'HMGET', key, 'status', 'expiresAt', 'reply', 'name1', 'limit1', 'length1', 'name2', 'limit2', 'length2', 'credits')
    local head = '{"jsonrpc":"2.0","id":' .. arguments[1] .. ',"result":'
    if not facts[1] then
        return head .. '{"valid":false,"code":"notFound"}}'
    end
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    if facts[1] ~= 'active' or tonumber(facts[2]) <= now then
        redis.call('HINCRBY', key, 'refused', 1)
        return head .. '{"valid":false,"code":"expired",' .. facts[3] .. ',"warnings":[]}}'
    end
    local window1, spent1 = spent(counters, facts[4], now, tonumber(facts[6]))
    local window2, spent2 = spent(counters, facts[7], now, tonumber(facts[9]))
    local left1, left2, credits = facts[5] - spent1, facts[8] - spent2, tonumber(facts[10])
    local isOver = left1 < 1 or left2 < 1
    local code = isOver and 'rateLimited' or credits < 1 and 'creditsExhausted' or 'valid'
    if code == 'valid' then
        spend(counters, facts[4], window1)
        spend(counters, facts[7], window2)
        credits = redis.call('HINCRBY', key, 'credits', -1)
        left1, left2 = left1 - 1, left2 - 1
        redis.call('HINCRBY', key, 'valid', 1)
        redis.call('HSET', key, 'lastUsedAt', now)
    else
        redis.call('HINCRBY', key, 'refused', 1)
    end
    return head .. '{"valid":' .. tostring(code == 'valid') .. ',"code":"' .. code .. '",' .. facts[3]
        .. ',"warnings":[],"limits":[' .. state(facts[4], facts[5], left1, now) .. ',' .. state(facts[7], facts[8], left2, now)
        .. '],"credits":{"remaining":' .. credits .. ',"refillsAt":null}}}'
end

redis.register_function('verify_limited', verify)
