import { configure } from '@testing-library/dom';

/** What a page shows may take long to come where many work at once; nothing waits longer than it must. */
configure({ asyncUtilTimeout: 20_000 });
