package io.millrace.arch.planted.inference;

import io.millrace.arch.planted.bus.BusMessage;

/** Planted: a message that drags a native library along. */
public record HeavyMessage(ai.onnxruntime.OnnxTensor tensor) implements BusMessage {}
