package io.millrace.handler.sync;

import io.millrace.handler.HandlerConfig;
import io.millrace.handler.HandlerDeclaration;
import io.millrace.handler.HandlerType;
import io.millrace.handler.TaskHandler;
import io.millrace.source.Synchronizer;

/** {@code type: sync}. */
public final class SyncType implements HandlerType {
  private static final String SCHEMA = HandlerType.schemaBeside(SyncType.class);

  private final Synchronizer synchronizer;

  /** Lets {@code synchronizer} do the work. */
  public SyncType(Synchronizer synchronizer) {
    this.synchronizer = synchronizer;
  }

  @Override
  public String name() {
    return "sync";
  }

  @Override
  public String inputSchema() {
    return SCHEMA;
  }

  @Override
  public TaskHandler make(HandlerDeclaration declaration) {
    HandlerConfig config = HandlerConfig.of(declaration);
    String ingest = config.text("ingest", "ingest");
    config.refuseUnknown();
    return new SyncHandler(synchronizer, ingest);
  }
}
