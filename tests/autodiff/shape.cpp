#include <utility>
#include <vector>

#include <autodiff/shape.hpp>
#include <tests/catch.hpp>

using eingrad::Shape;

TEST_CASE("shapes are equal when their extents are, in the object or outside of it", "[shape]") {
  const std::vector<Shape> shapes{{},     {0},       {1},       {3},          {3, 1},
                                  {1, 3}, {3, 1, 0}, {2, 3, 4}, {2, 3, 4, 5}, {2, 3, 4, 6}};
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    for (std::size_t k = 0; k < shapes.size(); ++k) CHECK((shapes[i] == shapes[k]) == (i == k));
    CHECK(shapes[i] == Shape(shapes[i]));
  }
}

TEST_CASE("a shape that was moved from has no axis, and equals others without", "[shape]") {
  for (Shape from : {Shape{2, 3}, Shape{2, 3, 4, 5}}) {
    const Shape expected = from, to = std::move(from);
    CHECK(to == expected);
    CHECK(from == Shape{});
    CHECK(from.numel() == 1);
  }
}

TEST_CASE("an assigned shape forgets the extents that it had", "[shape]") {
  Shape shape{4, 5, 6};
  shape = Shape{7};
  CHECK(shape == Shape{7});
  const Shape none;
  shape = none;
  CHECK(shape == none);
}
