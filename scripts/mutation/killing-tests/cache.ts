import type { KillingTests } from '../killing-test.ts';

/** The cache reports when it is stale, and shows every own write. */
export const cacheTests: KillingTests = {
  'a-busy-watch-is-not-stalled': [
    'packages/kube/src/cache/informer-outages.test.ts',
    'does not take a quiet watch with bookmarks for a silent one',
  ],
  'too-old-a-version-lists-anew': [
    'packages/kube/src/cache/informer-outages.test.ts',
    'lists again on 410, and tells each difference once',
  ],
  'silence-lists-anew': [
    'packages/kube/src/cache/informer-outages.test.ts',
    'notices a connection that went silent, and what it missed',
  ],
  'versions-that-went-back-list-anew': [
    'packages/kube/src/cache/informer-outages.test.ts',
    'believes a server that was made anew',
  ],
  'a-watch-that-ends-at-once-backs-off': [
    'packages/kube/src/cache/informer-outages.test.ts',
    'does not run in circles when the server ends every watch at once',
  ],
  'a-list-is-read-to-its-last-page': [
    'packages/kube/src/cache/informer-cache.test.ts',
    'reads every page of a list',
  ],
  'reads-after-own-writes': [
    'packages/kube/src/cache/informer-cache.test.ts',
    'never shows an older version, and still tells the change once the watch has it',
  ],
  'an-older-answer-does-not-replace-a-newer-one': [
    'packages/kube/src/cache/cached-collection.test.ts',
    'is not replaced by the answer to an earlier write',
  ],
  'what-was-deleted-does-not-come-back-by-an-answer': [
    'packages/kube/src/cache/informer-cache.test.ts',
    'ignores an answer that the watch has already gone past',
  ],
  'own-writes-survive-a-list-that-was-on-its-way': [
    'packages/kube/src/cache/informer-cache.test.ts',
    'keeps it over a list that was cut before it',
  ],
  'own-changes-survive-a-list-that-was-on-its-way': [
    'packages/kube/src/cache/informer-cache.test.ts',
    'keeps it over a list that was cut before it',
  ],
  'a-fresh-list-is-the-truth': [
    'packages/kube/src/cache/cached-collection.test.ts',
    'is what a fresh list says',
  ],
  'a-late-deletion-is-of-the-predecessor': [
    'packages/kube/src/cache/cached-collection.test.ts',
    'stays when the deletion of its predecessor',
  ],
  'an-own-write-swallows-no-news': [
    'packages/kube/src/cache/informer-cache.test.ts',
    'never shows an older version, and still tells the change once the watch has it',
  ],
  'a-stopped-watch-wakes-nobody': [
    'packages/kube/src/cache/informer.test.ts',
    'an informer that was stopped tells nobody',
  ],
  'a-kind-that-is-gone-is-not-synced': [
    'packages/kube/src/cache/informer-cache.test.ts',
    'takes its objects along when it is removed',
  ],
  'what-is-refused-and-not-told-of-is-listed-anew': [
    'packages/kube/src/cache/informer-outages.test.ts',
    'lists again a second after a write was refused',
  ],
};
