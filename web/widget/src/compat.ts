import { boot } from "./boot"

boot({ bot: "x" }, { base: "/", nonce: "" })
