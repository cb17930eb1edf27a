package io.millrace.outbound;

import java.util.Optional;

/**
 * What a fetch brought; its bytes are in the file that was named.
 *
 * @param source the URL that was asked for, in its plain form: the same for the same page
 * @param name what the answer calls it, else the last part of its path, else its host
 * @param mediaType what the answer says it is
 * @param validator stands for this content when the page is fetched again
 */
public record Fetched(
    String source, String name, Optional<String> mediaType, Optional<String> validator) {}
