package io.millrace.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells both native libraries where to lie and to stay offline. Each reads its system properties
 * while its first class loads, so this must come before; a property that an operator has set stays
 * as it is.
 */
public final class NativeLibraries {
  private static final Logger LOGGER = LoggerFactory.getLogger(NativeLibraries.class);
  private static final String ONNX_RUNTIME_PATH = "onnxruntime.native.path";

  private static final long START_STACK_BYTES = 256L << 20;

  /** In millrace-gpu.jar only; ONNX Runtime looks for them beside itself. */
  private static final List<String> GPU_PROVIDERS =
      List.of("onnxruntime_providers_shared", "onnxruntime_providers_cuda");

  private NativeLibraries() {}

  /**
   * Unpacks into {@code cache}, once per version, instead of into a temporary directory at each
   * start: a killed process would leave 28 MB behind each time.
   */
  public static synchronized void prepare(Path cache) {
    setIfAbsent("DJL_OFFLINE", "true");
    setIfAbsent("RUST_FLAVOR", "cpu");
    setIfAbsent("OPT_OUT_TRACKING", "true");
    setIfAbsent("ENGINE_CACHE_DIR", cache.toString());
    if (System.getProperty(ONNX_RUNTIME_PATH) == null) {
      try {
        unpackOnnxRuntime(cache);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot unpack ONNX Runtime into " + cache, e);
      }
    }
    startOnnxRuntime();
  }

  private static void setIfAbsent(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static void unpackOnnxRuntime(Path cache) throws IOException {
    String folder = "/ai/onnxruntime/native/" + platform() + "/";
    List<String> files =
        List.of(System.mapLibraryName("onnxruntime"), System.mapLibraryName("onnxruntime4j_jni"));
    Path directory =
        Files.createDirectories(cache.resolve("onnxruntime-" + sizeOf(folder + files.getFirst())));
    for (String file : files) {
      unpack(folder + file, directory.resolve(file));
    }
    for (String provider : GPU_PROVIDERS) {
      String file = System.mapLibraryName(provider);
      if (NativeLibraries.class.getResource(folder + file) != null) {
        unpack(folder + file, directory.resolve(file));
      }
    }
    System.setProperty(ONNX_RUNTIME_PATH, directory.toString());
    LOGGER.debug("ONNX Runtime lies in {}", directory);
  }

  /**
   * ONNX Runtime searches the command line of the process with a regular expression that recurses
   * with every character: one of 10 KB, such as a long class path, overflows a usual stack and ends
   * the JVM without a word.
   */
  private static void startOnnxRuntime() {
    Runnable start =
        () -> OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, "millrace");
    var thread = new Thread(null, start, "millrace-onnxruntime-start", START_STACK_BYTES);
    thread.start();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while ONNX Runtime started", e);
    }
  }

  private static void unpack(String resource, Path target) throws IOException {
    if (Files.exists(target) && Files.size(target) == sizeOf(resource)) {
      return;
    }
    Path part = Files.createTempFile(target.getParent(), "unpack", ".part");
    try (InputStream in = open(resource)) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static long sizeOf(String resource) throws IOException {
    var url = NativeLibraries.class.getResource(resource);
    if (url == null) {
      throw new IOException("this platform has no " + resource);
    }
    return url.openConnection().getContentLengthLong();
  }

  private static InputStream open(String resource) throws IOException {
    InputStream in = NativeLibraries.class.getResourceAsStream(resource);
    if (in == null) {
      throw new IOException("this platform has no " + resource);
    }
    return in;
  }

  /** The folder's name as ONNX Runtime spells it, such as {@code linux-x64}. */
  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String left = system.contains("mac") ? "osx" : system.contains("win") ? "win" : "linux";
    String right = machine.equals("aarch64") || machine.equals("arm64") ? "aarch64" : "x64";
    return left + "-" + right;
  }
}
