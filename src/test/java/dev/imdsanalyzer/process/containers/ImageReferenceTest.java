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
        "@sha256:8ed5, , ",
        "sha256:8ed5, , ",
        "sha512:8ed58ed58ed58ed5, , ",
        "<none>, , ",
        "<none>:<none>, , ",
        "<none>@sha256:8ed5, , ",
        "web:<none>, web, ",
        "docker-pullable://registry/web@sha256:8ed5, registry/web, ",
        "docker://registry:5000/web:7, registry:5000/web, 7",
        "[::1]:5000/web, [::1]:5000/web, ",
        "Registry.Example.com:5000/Shop/Web:V1.0-rc.1, Registry.Example.com:5000/Shop/Web, V1.0-rc.1",
    })
    void takesAColonForATagOnlyBehindTheLastSlash(String text, String name, String tag) {
        assertThat(ImageReference.of(text)).isEqualTo(new ImageReference(name, tag));
    }
}
