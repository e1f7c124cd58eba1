# cmake -DLIST=FILE -DROOT=SOURCE_FOLDER -DOUTPUT=FILE -P embed_kernels.cmake
# Writes mr_kernel_texts[], declared in host/emit/kernel_text.h. Arrays of bytes, because C11
# promises string literals of 4095 characters only.
cmake_minimum_required(VERSION 3.20)
include(${CMAKE_CURRENT_LIST_DIR}/kernel_heads.cmake)
file(STRINGS "${LIST}" paths)

set(arrays "")
set(rows "")
set(count 0)
foreach(path IN LISTS paths)
    file(RELATIVE_PATH name "${ROOT}/kernels" "${path}")
    kernel_needs(needs "${ROOT}/kernels" ${name})
    list(JOIN needs " " needs)
    file(READ "${path}" hex HEX)
    string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
    string(REPLACE "0x0a," "0x0a,\n    " bytes "${bytes}")
    string(APPEND arrays
        "static const unsigned char text_${count}[] = {\n    ${bytes}0x00,\n};\n\n"
    )
    string(APPEND rows
        "    {\"${name}\", \"${needs}\", (const char *)text_${count}, sizeof text_${count} - 1},\n"
    )
    math(EXPR count "${count} + 1")
endforeach()

file(WRITE "${OUTPUT}"
    "#include \"emit/kernel_text.h\"\n\n${arrays}"
    "const struct mr_kernel_text mr_kernel_texts[] = {\n${rows}    {0},\n};\n\n"
    "const size_t mr_kernel_texts_count = ${count};\n"
)
