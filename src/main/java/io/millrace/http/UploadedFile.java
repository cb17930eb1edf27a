package io.millrace.http;

import java.nio.file.Path;

/**
 * A file that came in whole.
 *
 * @param path where it lies; whoever has this deletes it or hands it on
 * @param name as the client calls it
 * @param mediaType as the client says
 */
record UploadedFile(Path path, String name, String mediaType) {}
