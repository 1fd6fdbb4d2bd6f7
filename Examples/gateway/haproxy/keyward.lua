-- Asks keyward-gateway whether a request passes. It sets txn.keyward_status, and the identity headers if it is 200.

local identity = {
    "x-keyward-verified", "x-keyward-key-id", "x-keyward-name", "x-keyward-workspace", "x-keyward-owner",
    "x-keyward-scopes", "x-keyward-expires-at", "x-keyward-warnings",
}

-- What of the client's headers the gateway needs.
local passed = { "authorization", "x-api-key", "origin", "access-control-request-method" }

core.register_action("keyward", { "http-req" }, function(txn, socket)
    local headers = { ["host"] = { "gateway" }, ["content-length"] = { "0" } }
    local received = txn.http:req_get_headers()
    for _, name in ipairs(passed) do
        if received[name] then
            local lines = {}
            -- HAProxy counts the lines of a header from 0.
            for index = 0, #received[name] do lines[#lines + 1] = received[name][index] end
            headers[name] = lines
        end
    end
    -- The target as the client sent it: HAProxy has not decoded it.
    headers["x-original-method"] = { txn.f:method() }
    headers["x-original-uri"] = { txn.f:pathq() }

    txn:set_var("txn.keyward_status", "503")
    local answer = core.httpclient():get({
        url = "http://gateway/", headers = headers, dst = socket, timeout = 1000,
    })
    if not answer or not answer.status or answer.status == 0 then return end
    local status = tostring(answer.status)
    if status == "200" then
        for _, name in ipairs(identity) do
            -- Every answer that passes has each of them.
            if not answer.headers[name] then return end
            txn.http:req_set_header(name, answer.headers[name][0])
        end
    else
        local challenge = answer.headers["www-authenticate"]
        txn:set_var("txn.keyward_challenge", challenge and challenge[0] or "Bearer")
        txn:set_var("txn.keyward_body", answer.body or "")
        for _, name in ipairs({ "retry-after", "ratelimit", "ratelimit-policy" }) do
            local line = answer.headers[name]
            if line then txn:set_var("txn.keyward_" .. name:gsub("-", "_"), line[0]) end
        end
    end
    txn:set_var("txn.keyward_status", status)
end, 1)
