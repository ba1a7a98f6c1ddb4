import { float } from "./float"

float({ bot: "x" }, { base: "/", nonce: "" }, "talkative-engage")
