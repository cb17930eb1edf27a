package io.millrace.process;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses where the sockets of a data directory lie: {@code run/} in it, or, when that path is too
 * long for a socket or its file system has none, a private directory in the temp directory whose
 * name is derived from the data directory's path.
 */
final class RuntimeDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(RuntimeDirectory.class);
  private static final int SOCKET_PATH_BYTES_MAX = 107;
  // The longest name below the runtime directory: PostgreSQL's lock beside its socket.
  private static final String LONGEST_NAME = "/pg/.s.PGSQL.5432.lock";
  private static final String PRIVATE = "rwx------";

  private RuntimeDirectory() {}

  static Path forData(Path data) throws IOException {
    Path inside = data.resolve("run");
    if (fits(inside)) {
      makePrivate(inside, false);
      if (holdsSockets(inside)) {
        return inside;
      }
    }
    Path outside = Path.of(System.getProperty("java.io.tmpdir"), "millrace-" + hash(data));
    if (!fits(outside)) {
      outside = Path.of("/tmp", "millrace-" + hash(data));
    }
    makePrivate(outside, true);
    if (!holdsSockets(outside)) {
      throw new EngineException(
          "neither "
              + inside
              + " (too long for a socket's path, or a file system without sockets) nor "
              + outside
              + " can hold sockets; choose a data directory with a shorter path on a local disk");
    }
    LOG.info("The sockets of {} lie in {}: its own path is too long for a socket", data, outside);
    return outside;
  }

  private static boolean fits(Path directory) {
    return (directory + LONGEST_NAME).getBytes(StandardCharsets.UTF_8).length
        <= SOCKET_PATH_BYTES_MAX;
  }

  /** In a temp directory anyone may have made it before us: there it must be ours and no link. */
  private static void makePrivate(Path directory, boolean amongStrangers) throws IOException {
    var mode = PosixFilePermissions.fromString(PRIVATE);
    try {
      Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(mode));
    } catch (FileAlreadyExistsException e) {
      if (amongStrangers && !ours(directory)) {
        throw new EngineException(
            directory + " exists and belongs to another user; remove it, it holds our sockets", e);
      }
      Files.setPosixFilePermissions(directory, mode);
    }
  }

  private static boolean ours(Path directory) throws IOException {
    return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        && Files.getOwner(directory).equals(Files.getOwner(ownFile()));
  }

  /** A file that is surely this process's own, to learn under which user it runs. */
  private static Path ownFile() {
    Path self = Path.of("/proc/self");
    return Files.exists(self) ? self : Path.of(System.getProperty("user.home"));
  }

  private static boolean holdsSockets(Path directory) {
    Path probe = directory.resolve("probe");
    try {
      Files.deleteIfExists(probe);
      try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(probe));
        return true;
      } finally {
        Files.deleteIfExists(probe);
      }
    } catch (IOException _) {
      return false; // the caller takes the next candidate or says so
    }
  }

  private static String hash(Path data) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(data.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
