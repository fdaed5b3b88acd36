-- Requests for random entities, made ahead so that making them costs the measured machine little.
-- METHOD, REQUEST_PATH, BODY, AUTHORIZATION and ENTITIES come from the environment.

local MADE = 20000
local requests = {}
local next_request = 0
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local function with_entity(text)
  local entity = string.format("cus_%08d", math.random(0, tonumber(os.getenv("ENTITIES")) - 1))
  return (text:gsub("%%s", entity))
end

function init()
  math.randomseed(os.time() * 10 + number)
  local method = os.getenv("METHOD")
  local headers = {}
  if os.getenv("AUTHORIZATION") ~= "" then headers["Authorization"] = os.getenv("AUTHORIZATION") end
  if method == "POST" then headers["Content-Type"] = "application/json" end
  for made = 1, MADE do
    local body = method == "POST" and with_entity(os.getenv("BODY")) or nil
    requests[made] = wrk.format(method, with_entity(os.getenv("REQUEST_PATH")), headers, body)
  end
end

function request()
  next_request = next_request % MADE + 1
  return requests[next_request]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'figures {"requests": %d, "microseconds": %d, "bytes": %d, "p50": %d, "p99": %d, "failed": %d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
