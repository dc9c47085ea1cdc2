import type { Guard } from '../guard.ts';

/** A cache that never goes stale unsaid, and never shows less than what was written. */
export const cacheGuards: readonly Guard[] = [
  {
    name: 'a-busy-watch-is-not-stalled',
    file: 'src/kube/reflector.ts',
    text: '      stall.touch();\n',
    without: '',
    held: ['src/kube/informer', 'does not take a quiet watch with bookmarks for a silent one'],
  },
  {
    name: 'too-old-a-version-lists-anew',
    file: 'src/kube/reflector.ts',
    text: '|| isExpired(error) ||',
    without: '||',
    held: ['src/kube/informer', 'lists again on 410, and tells each difference once'],
  },
  {
    name: 'silence-lists-anew',
    file: 'src/kube/reflector.ts',
    text: " || error.reason === 'Stalled';",
    without: ';',
    held: ['src/kube/informer', 'notices a connection that went silent, and what it missed'],
  },
  {
    name: 'versions-that-went-back-list-anew',
    file: 'src/kube/reflector.ts',
    text: 'if (isNewer(sink.resourceVersion, event.object.metadata.resourceVersion) === true) {',
    without: "if (event.object.metadata.resourceVersion === '') {",
    held: ['src/kube/informer', 'believes a server that was made anew'],
  },
  {
    name: 'a-watch-that-ends-at-once-backs-off',
    file: 'src/kube/reflector.ts',
    text: 'if (seen === 0 && clock.now() - startedAt < shortWatchMs) throw endedAtOnce(resource, scope);',
    without: '',
    held: ['src/kube/informer', 'does not run in circles when the server ends every watch at once'],
  },
  {
    name: 'a-failed-list-is-not-an-empty-one',
    file: 'src/kube/list-pages.ts',
    text: '    next = page.continue;\n',
    without: '    next = undefined;\n',
    held: ['src/kube/informer', 'reads every page of a list'],
  },
  {
    name: 'reads-after-own-writes',
    file: 'src/kube/cached-collection.ts',
    text: 'const kept = entry !== undefined && !overOwnWrite && versionIsNewer(entry.current, object);',
    without:
      'const kept = entry !== undefined && !overOwnWrite && versionIsNewer(entry.current, entry.current);',
    held: [
      'src/kube/informer',
      'never shows an older version, and still tells the change once the watch has it',
    ],
  },
  {
    name: 'an-older-answer-does-not-replace-a-newer-one',
    file: 'src/kube/cached-collection.ts',
    text: 'if (older || passed) return;',
    without: 'if (passed) return;',
    held: ['src/kube/cached-collection.test.ts', 'is not replaced by the answer to an earlier write'],
  },
  {
    name: 'what-was-deleted-does-not-come-back-by-an-answer',
    file: 'src/kube/cached-collection.ts',
    text: 'if (older || passed) return;',
    without: 'if (older) return;',
    held: ['src/kube/informer', 'ignores an answer that the watch has already gone past'],
  },
  {
    name: 'own-writes-survive-a-list-that-was-on-its-way',
    file: 'src/kube/cached-collection.ts',
    text: 'if (listed.has(keyOf(current)) || own) continue;',
    without: 'if (listed.has(keyOf(current))) continue;',
    held: ['src/kube/informer', 'keeps it over a list that was cut before it'],
  },
  {
    name: 'own-changes-survive-a-list-that-was-on-its-way',
    file: 'src/kube/cached-collection.ts',
    text: 'confirm(lean(item), !rememberedSinceList.has(keyOf(item))),',
    without: 'confirm(lean(item), true),',
    held: ['src/kube/informer', 'keeps it over a list that was cut before it'],
  },
  {
    name: 'a-fresh-list-is-the-truth',
    file: 'src/kube/cached-collection.ts',
    text: 'confirm(lean(item), !rememberedSinceList.has(keyOf(item))),',
    without: 'confirm(lean(item), false),',
    held: ['src/kube/cached-collection.test.ts', 'is what a fresh list says'],
  },
  {
    name: 'a-late-deletion-is-of-the-predecessor',
    file: 'src/kube/cached-collection.ts',
    text: 'if (replaced) put(object, { current: entry.current, confirmed: undefined });\n      else drop(object);',
    without: 'drop(object);',
    held: ['src/kube/cached-collection.test.ts', 'stays when the deletion of its predecessor'],
  },
  {
    name: 'an-own-write-swallows-no-news',
    file: 'src/kube/cached-collection.ts',
    text: 'put(object, { current: lean(object), confirmed: entry?.confirmed });',
    without: 'put(object, { current: lean(object), confirmed: lean(object) });',
    held: [
      'src/kube/informer',
      'never shows an older version, and still tells the change once the watch has it',
    ],
  },
  {
    name: 'a-stopped-watch-wakes-nobody',
    file: 'src/kube/informer.ts',
    text: 'if (!stopped.signal.aborted) for (const change',
    without: 'for (const change',
    held: ['src/kube/informer.test.ts', 'an informer that was stopped tells nobody'],
  },
  {
    name: 'a-kind-that-is-gone-is-not-synced',
    file: 'src/kube/informer.ts',
    text: "      isSynced = false;\n      problem = 'not installed",
    without: "      problem = 'not installed",
    held: ['src/kube/informer', 'takes its objects along when it is removed'],
  },
];
