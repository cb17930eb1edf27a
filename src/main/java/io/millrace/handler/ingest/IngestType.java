package io.millrace.handler.ingest;

import io.millrace.document.Ingest;
import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;

/** {@code type: ingest}. */
public final class IngestType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(IngestType.class);

  private final Ingest ingest;

  /** Lets {@code ingest} do the work. */
  public IngestType(Ingest ingest) {
    this.ingest = ingest;
  }

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String inputSchema() {
    return SCHEMA;
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    HandlerConfig.of(declaration).refuseUnknown();
    return new IngestHandler(ingest);
  }
}
