package io.millrace.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a model is declared to run. */
public sealed interface Device {
  /** On the first GPU that works, or on the processor. */
  record Auto() implements Device {}

  /** On the processor. */
  record Cpu() implements Device {}

  /** On one GPU, counted from 0. */
  record Cuda(int index) implements Device {}

  /** Reads {@code auto}, {@code cpu} or {@code cuda:<number>}. */
  static Device parse(String label) {
    Matcher cuda = Pattern.compile("cuda:(\\d{1,2})").matcher(label);
    if (cuda.matches()) {
      return new Cuda(Integer.parseInt(cuda.group(1)));
    }
    return switch (label) {
      case "auto" -> new Auto();
      case "cpu" -> new Cpu();
      default -> throw new IllegalArgumentException("device: must be auto, cpu or cuda:<number>");
    };
  }

  /** As {@link #parse} reads it. */
  default String label() {
    return switch (this) {
      case Auto _ -> "auto";
      case Cpu _ -> "cpu";
      case Cuda(int index) -> "cuda:" + index;
    };
  }
}
