import { Component, type ReactNode } from 'react';
import { Notice } from '../ui/Notice';

/** Keeps a defect of one page from taking the whole application away. */
export class Failsafe extends Component<{ children: ReactNode }, { message: string | null }> {
  override state: { message: string | null } = { message: null };

  static getDerivedStateFromError(thrown: unknown): { message: string } {
    return { message: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    return (
      <Notice kind="error" title="This page broke">
        <p>
          {this.state.message}. Loading it anew may help; if it does not, please tell us what you did before.
        </p>
        <p>
          <button type="button" className="button button-small" onClick={() => location.reload()}>
            Load anew
          </button>
        </p>
      </Notice>
    );
  }
}
