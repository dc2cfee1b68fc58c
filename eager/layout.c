#include "eager/layout.h"

#include <string.h>

const struct weir_layout *const weir_layouts[] = {
#define X(name) &weir_layout_##name,
    WEIR_LAYOUTS(X)
#undef X
        NULL,
};

const struct weir_layout *const weir_layout_default = &weir_layout_columns;

const struct weir_layout *weir_layout_find(const char *name)
{
    for (size_t i = 0; weir_layouts[i]; i++)
        if (strcmp(weir_layouts[i]->name, name) == 0)
            return weir_layouts[i];
    return NULL;
}
