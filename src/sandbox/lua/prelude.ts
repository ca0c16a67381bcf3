// What is taken from Lua's own libraries before any text of a user runs, written in Lua.

/**
 * Gone: whatever compiles code, reaches outside, prints, draws at random or steers the collector. A finalizer (`__gc`)
 * would run at moments that nobody chose, so `setmetatable` refuses one.
 */
export const prelude = `
local set, kind, get, fail, try = setmetatable, type, rawget, error, pcall
function setmetatable(table, meta)
  if kind(meta) == "table" and get(meta, "__gc") ~= nil then fail("__gc is not available", 2) end
  local fine, result = try(set, table, meta)
  if not fine then fail(result, 2) end
  return result
end
for _, name in next, {
  "load", "loadstring", "loadfile", "dofile", "require", "collectgarbage", "print", "warn", "_G", "_VERSION"
} do _ENV[name] = nil end
string.dump = nil
math.random = nil
math.randomseed = nil
getmetatable("").__metatable = "string"
`;
