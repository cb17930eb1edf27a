package io.millrace.bench;

import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;
import io.millrace.task.Outcome;
import io.millrace.task.Payload;
import io.millrace.task.Task;
import java.util.function.Consumer;

/**
 * Handlers that do nothing but tell that they began. Declarations know the types of the product
 * alone, so it goes by one of their names.
 */
record NoneType(Consumer<Task> onStart) implements HandlerType {
  static final String NAME = "echo";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String inputSchema() {
    return "{}";
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    var done = new Outcome.Succeeded(new Payload(QueueBench.RESULT));
    return (task, _) -> {
      onStart.accept(task);
      return done;
    };
  }
}
