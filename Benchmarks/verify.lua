#!lua name=keyward

-- What a verification does, as a function of Redis: look the key up, compare its status and its expiry with now,
-- count the use and note when it was, build the reply. The key is stored as it is: no checksum, no digest, no scopes.
local function verify(keys, arguments)
    local key = keys[1]
    local facts = redis.call('HMGET', key, 'status', 'expiresAt', 'reply')
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
    redis.call('HINCRBY', key, 'valid', 1)
    redis.call('HSET', key, 'lastUsedAt', now)
    return head .. '{"valid":true,"code":"valid",' .. facts[3] .. ',"warnings":[]}}'
end

redis.register_function('verify', verify)
