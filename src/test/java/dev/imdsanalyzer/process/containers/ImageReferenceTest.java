package dev.imdsanalyzer.process.containers;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An image's name and tag. */
class ImageReferenceTest {
    @ParameterizedTest
    @CsvSource({
        "web, web, ",
        "web:7, web, 7",
        "registry:5000/shop/web, registry:5000/shop/web, ",
        "registry:5000/shop/web:7, registry:5000/shop/web, 7",
        "shop/web:7@sha256:8ed5, shop/web, 7",
        "shop/web@sha256:8ed5, shop/web, ",
        "sha256:8ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed5, , ",
        "8ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed58ed5, , ",
        "8ed58ed58ed5, , ",
        "localhost:5000/web, localhost:5000/web, ",
        "localhost:5000/web:7@sha256:8ed5, localhost:5000/web, 7",
        "web:, web:, ",
    })
    void takesAColonForATagOnlyBehindTheLastSlash(String text, String name, String tag) {
        assertThat(ImageReference.of(text)).isEqualTo(new ImageReference(name, tag));
    }
}
