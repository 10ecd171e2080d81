/** Keeps a failure where it happened: the part says what is wrong and can be tried again, everything else goes on. */
import { Component, type ErrorInfo, type ReactNode } from 'react';

interface GuardProps {
  /** What is guarded, for the console. */
  readonly name: string;
  readonly children: ReactNode;
  readonly renderFailed: (error: Error, retry: () => void) => ReactNode;
}
interface GuardState {
  readonly error: Error | null;
}

export class Guard extends Component<GuardProps, GuardState> {
  override state: GuardState = { error: null };
  static getDerivedStateFromError(error: unknown): GuardState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }
  override componentDidCatch(error: Error, info: ErrorInfo): void {
    console.error(`${this.props.name}: ${error.message}${info.componentStack ?? ''}`);
  }
  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? this.props.children : this.props.renderFailed(error, () => this.setState({ error: null }));
  }
}
