/* English words of what is laid over the canvas: how far visitors get. */
export const onCanvas = {
  "flow.version": "Version that is counted",
  "flow.version_of": "Version {version}",
  "flow.time": "Begun",
  "flow.time.any": "At any time",
  "flow.time.day": "In the last 24 hours",
  "flow.time.week": "In the last 7 days",
  "flow.time.month": "In the last 30 days",
  "flow.read": { one: "Counted from {count} interaction.", other: "Counted from {count} interactions." },
  "flow.limited": "Older ones are not counted.",
  "flow.counting": "Counting …",
  "flow.nobody": "Nobody has talked to this version then.",
  "flow.table": "As a table",
  "flow.close": "Hide how far visitors get",
  "flow.paths": "Common paths through “{node}”",
  "flow.no_path": "Nobody came here.",
}
