package io.millrace.dispatch;

import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.TaskHandler;

/** A handler this process runs, under the declaration it was made from. */
record ActiveHandler(HandlerDeclaration declaration, TaskHandler handler) {
  String name() {
    return declaration.name();
  }
}
