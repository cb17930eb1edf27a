import { lazy, type ReactNode, Suspense } from 'react';
import { DeadLetterPage } from '../dead/DeadLetterPage';
import { DeadLettersPage } from '../dead/DeadLettersPage';
import { DocumentPage } from '../documents/DocumentPage';
import { DocumentsPage } from '../documents/DocumentsPage';
import { TrayPanel } from '../documents/TrayPanel';
import { GenerationsPage } from '../generations/GenerationsPage';
import { ModelsPage } from '../models/ModelsPage';
import { SchedulePage } from '../schedules/SchedulePage';
import { SchedulesPage } from '../schedules/SchedulesPage';
import { SearchPage } from '../search/SearchPage';
import { SourcePage } from '../sources/SourcePage';
import { SourcesPage } from '../sources/SourcesPage';
import { TaskPage } from '../tasks/TaskPage';
import { TasksPage } from '../tasks/TasksPage';
import { Empty, Skeleton } from '../ui/Notice';
import { Failsafe } from './Failsafe';
import { Footer } from './Footer';
import { Header } from './Header';
import { Link } from './Link';
import { match, usePlace } from './router';

const ApiPage = lazy(() => import('../docs/ApiPage').then((module) => ({ default: module.ApiPage })));
const NewTaskPage = lazy(() => import('../tasks/NewTaskPage').then((module) => ({ default: module.NewTaskPage })));
const EditSchedulePage = lazy(() =>
  import('../schedules/EditSchedulePage').then((module) => ({ default: module.EditSchedulePage })),
);
const EditSourcePage = lazy(() =>
  import('../sources/EditSourcePage').then((module) => ({ default: module.EditSourcePage })),
);
const TestSetsPage = lazy(() => import('../tuning/TestSetsPage').then((module) => ({ default: module.TestSetsPage })));
const TestSetPage = lazy(() => import('../tuning/TestSetPage').then((module) => ({ default: module.TestSetPage })));
const TestRunPage = lazy(() => import('../tuning/TestRunPage').then((module) => ({ default: module.TestRunPage })));

/** Every page by its address; the first that matches is shown. */
const routes: readonly [pattern: string, page: (parts: Record<string, string>) => ReactNode][] = [
  ['/', () => <SearchPage />],
  ['/documents', () => <DocumentsPage />],
  ['/documents/:id', ({ id = '' }) => <DocumentPage key={id} id={id} />],
  ['/collections/:name', ({ name = '' }) => <DocumentsPage collection={name} />],
  ['/sources', () => <SourcesPage />],
  ['/sources/new', () => <EditSourcePage />],
  ['/sources/:id', ({ id = '' }) => <SourcePage key={id} id={id} />],
  ['/sources/:id/edit', ({ id = '' }) => <EditSourcePage key={id} id={id} />],
  ['/tuning', () => <TestSetsPage />],
  ['/tuning/:id', ({ id = '' }) => <TestSetPage key={id} id={id} />],
  ['/tuning/runs/:id', ({ id = '' }) => <TestRunPage key={id} id={id} />],
  ['/tasks', () => <TasksPage />],
  ['/tasks/new', () => <NewTaskPage />],
  ['/tasks/:id', ({ id = '' }) => <TaskPage key={id} id={id} />],
  ['/schedules', () => <SchedulesPage />],
  ['/schedules/new', () => <EditSchedulePage />],
  ['/schedules/:id', ({ id = '' }) => <SchedulePage key={id} id={id} />],
  ['/schedules/:id/edit', ({ id = '' }) => <EditSchedulePage key={id} id={id} />],
  ['/dead-letters', () => <DeadLettersPage />],
  ['/dead-letters/:id', ({ id = '' }) => <DeadLetterPage key={id} id={id} />],
  ['/models', () => <ModelsPage />],
  ['/models/index', () => <GenerationsPage />],
  ['/docs/api', () => <ApiPage />],
];

function page(path: string): ReactNode {
  for (const [pattern, draw] of routes) {
    const parts = match(pattern, path);
    if (parts !== null) return draw(parts);
  }
  return (
    <Empty title="There is no such page">
      <p>
        <Link href="/">Search</Link>, <Link href="/documents">documents</Link> and <Link href="/tasks">tasks</Link> are
        here.
      </p>
    </Empty>
  );
}

/** The frame around every page. */
export function App() {
  const { path } = usePlace();
  return (
    <>
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <Header path={path} />
      <main id="main" tabIndex={-1}>
        <Failsafe key={path}>
          <Suspense fallback={<Skeleton lines={6} />}>{page(path)}</Suspense>
        </Failsafe>
      </main>
      <Footer />
      <TrayPanel />
    </>
  );
}
