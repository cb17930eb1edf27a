package io.millrace.model;

import java.util.List;
import java.util.Locale;

/** In which numbers a model's weights are stored. */
public enum Precision {
  /** 32-bit floats. */
  FP32,
  /** 16-bit floats. */
  FP16,
  /** 8-bit integers. */
  INT8,
  /** 4-bit integers in blocks. */
  Q4,
  /** 4-bit integers in blocks, the rest in 16-bit floats. */
  Q4F16;

  /** What a graph of this precision is called on Hugging Face, the usual name first. */
  List<String> fileNames() {
    return switch (this) {
      case FP32 -> List.of("model.onnx");
      case FP16 -> List.of("model_fp16.onnx");
      case INT8 -> List.of("model_quantized.onnx", "model_int8.onnx", "model_uint8.onnx");
      case Q4 -> List.of("model_q4.onnx");
      case Q4F16 -> List.of("model_q4f16.onnx");
    };
  }

  /** The word in handlers.yaml, such as {@code int8}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
