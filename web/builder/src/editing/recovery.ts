/* What was not saved yet, kept in this browser (IndexedDB) until the server has it. Never throws: a closed store is none. */
import type { Bot } from "../../../document/index.ts"

export interface Kept {
  bot: string
  document: Bot
  /** The revision that it was made from. */
  revision: number
  at: number
}

const [NAME, TABLE] = ["branchline", "drafts"]

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE, { keyPath: "bot" })
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}

async function run<T>(
  mode: IDBTransactionMode,
  work: (table: IDBObjectStore) => IDBRequest<T>,
): Promise<T | undefined> {
  try {
    const database = await open()
    return await new Promise<T | undefined>(resolve => {
      const transaction = database.transaction(TABLE, mode)
      const request = work(transaction.objectStore(TABLE))
      transaction.oncomplete = () => {
        database.close()
        resolve(request.result)
      }
      transaction.onabort = transaction.onerror = () => {
        database.close()
        resolve(undefined)
      }
    })
  } catch {
    return undefined
  }
}

export const keep = (kept: Kept) => run("readwrite", table => table.put(kept))
export const recall = (bot: string) => run<Kept>("readonly", table => table.get(bot))
export const forget = (bot: string) => run("readwrite", table => table.delete(bot))
