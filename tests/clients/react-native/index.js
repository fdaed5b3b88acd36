// Stands in for React Native, so that its client package runs unmodified in Node: what the phone would
// answer, and a store in memory where the phone has one on disk.
const entries = new Map();

const storage = {
  multiGet(keys, done) {
    done(
      null,
      keys.map((key) => [key, entries.get(key) ?? null]),
    );
  },
  multiSet(pairs, done) {
    for (const [key, value] of pairs) entries.set(key, value);
    done(null);
  },
  multiRemove(keys, done) {
    for (const key of keys) entries.delete(key);
    done(null);
  },
  getAllKeys: (done) => done(null, [...entries.keys()]),
  clear(done) {
    entries.clear();
    done(null);
  },
};

export const NativeModules = { RNCAsyncStorage: storage, I18nManager: { localeIdentifier: "en_GB" } };
export const TurboModuleRegistry = { get: (name) => NativeModules[name] ?? null };

export const Platform = {
  OS: "android",
  Version: 34,
  constants: { Manufacturer: "Halyard", Model: "Test" },
  select: (choices) => choices.android ?? choices.native ?? choices.default,
};

export const AppState = {
  currentState: "active",
  watchers: [],
  addEventListener(_, watcher) {
    AppState.watchers.push(watcher);
    return {
      remove() {
        AppState.watchers = AppState.watchers.filter((other) => other !== watcher);
      },
    };
  },
};

/** The app goes to the back, or comes to the front. */
export function appBecomes(state) {
  AppState.currentState = state;
  for (const watcher of AppState.watchers) watcher(state);
}
