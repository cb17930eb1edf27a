package io.millrace.bus;

import io.millrace.json.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import java.nio.charset.StandardCharsets;

/**
 * Carries messages: by reference within a process, and as {@code <length><class
 * name><length><JSON>} between processes (lengths are 32-bit big-endian). Only records of ours that
 * are {@link BusMessage}s are ever read from the wire.
 */
final class BusCodec implements MessageCodec<BusMessage, BusMessage> {
  static final String NAME = "millrace";

  private static final String OURS = "io.millrace.";
  private static final String REFUSAL = "!";

  /** Lets {@code bus} carry every {@link BusMessage}. */
  static void install(EventBus bus) {
    bus.registerCodec(new BusCodec());
    bus.codecSelector(body -> body instanceof BusMessage ? NAME : null);
  }

  @Override
  public void encodeToWire(Buffer buffer, BusMessage message) {
    switch (message) {
      case Reply.Answer(BusMessage value) -> append(buffer, value.getClass().getName(), value);
      case Reply.Refusal refusal -> append(buffer, REFUSAL, refusal);
      default -> append(buffer, message.getClass().getName(), message);
    }
  }

  private static void append(Buffer buffer, String name, Object value) {
    byte[] type = name.getBytes(StandardCharsets.UTF_8);
    byte[] json = Json.bytes(value);
    buffer.appendInt(type.length).appendBytes(type).appendInt(json.length).appendBytes(json);
  }

  @Override
  public BusMessage decodeFromWire(int position, Buffer buffer) {
    int typeStart = position + Integer.BYTES;
    int typeEnd = typeStart + buffer.getInt(position);
    String name = new String(buffer.getBytes(typeStart, typeEnd), StandardCharsets.UTF_8);
    int jsonStart = typeEnd + Integer.BYTES;
    byte[] json = buffer.getBytes(jsonStart, jsonStart + buffer.getInt(typeEnd));
    if (name.equals(REFUSAL)) {
      return Json.read(json, Reply.Refusal.class);
    }
    return Json.read(json, messageType(name));
  }

  private static Class<? extends BusMessage> messageType(String name) {
    if (!name.startsWith(OURS)) {
      throw new IllegalArgumentException("not a message of ours: " + name);
    }
    try {
      return Class.forName(name, false, BusCodec.class.getClassLoader())
          .asSubclass(BusMessage.class);
    } catch (ClassNotFoundException e) {
      throw new IllegalArgumentException("this process does not know " + name, e);
    }
  }

  @Override
  public BusMessage transform(BusMessage message) {
    return message;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }
}
